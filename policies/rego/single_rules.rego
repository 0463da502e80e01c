# Resources that are single rules: their arguments, as those of a block.
package curated.plan

import rego.v1

single_parts(change) := {part |
	change.type in single_rules
	mark := object_or_empty(change.change.after_unknown)
	part := block_part(single_direction(change), as_block(change.change.after), as_mark(mark))
}

single_direction(change) := "egress" if {
	change.type == "curated_vpc_security_group_egress_rule"
} else := "egress" if {
	after(change, "type") == "egress"
} else := "ingress"

as_block(values) := {
	"protocol": first_of(values, ["protocol", "ip_protocol"], null),
	"from_port": first_of(values, ["from_port"], null),
	"to_port": first_of(values, ["to_port"], null),
	"cidr_blocks": listed(values, ["cidr_blocks", "cidr_ipv4"]),
	"ipv6_cidr_blocks": listed(values, ["ipv6_cidr_blocks", "cidr_ipv6"]),
	"security_groups": listed(values, ["source_security_group_id", "referenced_security_group_id"]),
	"description": object.get(values, "description", ""),
}

as_mark(mark) := {
	"protocol": first_of(mark, ["protocol", "ip_protocol"], false),
	"from_port": object.get(mark, "from_port", false),
	"to_port": object.get(mark, "to_port", false),
	"cidr_blocks": first_of(mark, ["cidr_blocks", "cidr_ipv4"], false),
	"ipv6_cidr_blocks": first_of(mark, ["ipv6_cidr_blocks", "cidr_ipv6"], false),
	"security_groups": first_of(mark, ["source_security_group_id", "referenced_security_group_id"], false),
	"description": object.get(mark, "description", false),
}

first_of(values, names, otherwise) := found[0] if {
	found := [value | some name in names; value := object.get(values, name, null); value != null]
	count(found) > 0
} else := otherwise

listed(values, names) := [peer |
	some name in names
	value := object.get(values, name, null)
	some peer in as_list(value)
]

as_list(value) := value if {
	is_array(value)
} else := [value] if {
	is_string(value)
} else := []
