# The rules of security groups in a Terraform plan, as `terraform show -json` prints it.
#
# `entries` has one object for each rule that a plan shows:
#
#   address      of the resource
#   type         of the resource
#   direction    "ingress" or "egress"
#   traffic      {"protocol", "from", "to"}; the protocol is "?" while the traffic isn't known
#   peer         a CIDR block, a group, a prefix list, "self"; "?" while its addresses aren't known
#   description  a text, "" for none; "?" while it isn't known
#   is_of_preset whether a preset of the catalog asks for it
#   says         the rule in words, for messages
#
# They come from `rules`, which lists what EC2 will hold. While `rules` isn't known, since a peer isn't,
# or has digests in place of peers, they come from what makes the rules: blocks, lines of the short
# form, presets, and the arguments of single rules.
package curated.plan

import data.curated.catalog
import rego.v1

single_rules := {
	"curated_security_group_rule",
	"curated_vpc_security_group_ingress_rule",
	"curated_vpc_security_group_egress_rule",
}

types := single_rules | {
	"curated_security_group",
	"curated_default_security_group",
	"curated_security_group_rules",
}

# What the plan keeps, makes or changes.
changes contains change if {
	some change in input.resource_changes
	change.type in types
	is_object(change.change.after)
}

entries contains entry if {
	some change in changes
	is_told(change)
	some key in keys(change)
	words := split(key, " ")
	count(words) == 4
	entry := {
		"address": change.address,
		"type": change.type,
		"direction": words[0],
		"traffic": traffic_of(words[1]),
		"peer": words[3],
		"description": described(change, key),
		"is_of_preset": key in preset_keys(change),
		"says": key,
	}
}

entries contains entry if {
	some change in changes
	not is_told(change)
	some part in parts(change)
	some traffic in part.traffic
	some peer in part.peers
	entry := {
		"address": change.address,
		"type": change.type,
		"direction": part.direction,
		"traffic": traffic,
		"peer": peer,
		"description": part.description,
		"is_of_preset": part.is_of_preset,
		"says": part.says,
	}
}

after(change, name) := object.get(change.change.after, name, null)

# What of an argument isn't known yet: true, or the same for its parts.
unknown(change, name) := object.get(object_or_empty(change.change.after_unknown), name, false)

object_or_empty(value) := value if {
	is_object(value)
} else := {}

list_or_empty(value) := value if {
	is_array(value)
} else := []

# Whether something is marked in a part of `after_unknown`.
is_marked(mark) if mark == true

is_marked(mark) if {
	is_array(mark)
	some part in mark
	part == true
}

is_told(change) if {
	unknown(change, "rules") != true
	object.get(change.change.after, "redact_rules", false) != true
	not is_marked(unknown(change, "redact_rules"))
}

# Keys of `rules`. One whose description isn't known yet is in `after_unknown` alone.
keys(change) := object.keys(object_or_empty(after(change, "rules"))) |
	object.keys(object_or_empty(unknown(change, "rules")))

described(change, key) := "?" if {
	object_or_empty(unknown(change, "rules"))[key] == true
} else := text if {
	text := object_or_empty(after(change, "rules"))[key]
	is_string(text)
} else := ""

# ---- Traffic as in keys, blocks and lines: "tcp/22", "TCP/20-30", "6/22", "icmp/8/0", "all", "50"

protocol_of(text) := name if {
	name := protocol_names[lower(text)]
} else := lower(text)

protocol_names := {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "-1": "all"}

traffic_of(text) := {"protocol": "all", "from": 0, "to": 65535} if {
	protocol_of(text) == "all"
} else := {"protocol": protocol_of(words[0]), "from": ports[0], "to": ports[1]} if {
	words := split(text, "/")
	count(words) == 2
	ports := ports_of(words[1])
} else := {"protocol": protocol_of(split(text, "/")[0]), "from": 0, "to": 65535}

ports_of(text) := [to_number(text), to_number(text)] if {
	not contains(text, "-")
} else := [to_number(ends[0]), to_number(ends[1])] if {
	ends := split(text, "-")
	count(ends) == 2
}

not_known := {"protocol": "?", "from": 0, "to": 65535}

# An item of `services` or of a line: a service of the catalog, or traffic. One of the provider block's
# own services isn't known here.
items_of(text) := traffic_of_all(catalog.services[lower(text)]) if {
	catalog.services[lower(text)]
} else := {traffic_of(trim_prefix(text, "protocol/"))} if {
	startswith(text, "protocol/")
} else := {traffic_of(text)} if {
	protocol_of(split(text, "/")[0]) in catalog.protocols
} else := {traffic_of(text)} if {
	is_number_text(split(text, "/")[0])
} else := {not_known}

traffic_of_all(keys_of_traffic) := {traffic_of(key) | some key in keys_of_traffic}

is_number_text(text) if {
	text != ""
	every digit in split(text, "") {
		digit in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	}
}

# ---- What makes rules: objects with direction, traffic, peers, description, is_of_preset, says

parts(change) := (block_parts(change) | line_parts(change)) | (preset_parts(change) | single_parts(change))

directions := {"ingress", "egress"}

block_parts(change) := {part |
	some direction in directions
	some part in blocks(change, direction)
}

# Blocks of which even the number isn't known yet.
blocks(change, direction) := {nothing_known(direction, concat("", [direction, " blocks, not known yet"]))} if {
	not are_counted(change, direction)
} else := counted_blocks(change, direction)

counted_blocks(change, direction) := {part |
	blocks_of_it := list_or_empty(after(change, direction))
	some index in numbers.range(0, count(blocks_of_it) - 1)
	block := blocks_of_it[index]
	part := block_part(direction, object_or_empty(block), marks(change, direction, index))
}

are_counted(change, direction) if {
	unknown(change, direction) != true
	count(list_or_empty(after(change, direction))) == count(list_or_empty(unknown(change, direction)))
}

are_counted(change, direction) if {
	unknown(change, direction) == false
}

marks(change, direction, index) := list_or_empty(unknown(change, direction))[index] if {
	index < count(list_or_empty(unknown(change, direction)))
} else := {}

nothing_known(direction, says) := {
	"direction": direction,
	"traffic": {not_known},
	"peers": {"?"},
	"description": "?",
	"is_of_preset": false,
	"says": says,
}

block_part(direction, block, mark) := nothing_known(direction, concat("", ["a block of ", direction, ", not known yet"])) if {
	mark == true
} else := {
	"direction": direction,
	"traffic": block_traffic(block, object_or_empty(mark)),
	"peers": block_peers(block, object_or_empty(mark)),
	"description": text_or_unknown(block, object_or_empty(mark), "description"),
	"is_of_preset": false,
	"says": concat("", ["a block of ", direction]),
}

text_or_unknown(block, mark, name) := "?" if {
	object.get(mark, name, false) == true
} else := text if {
	text := object.get(block, name, "")
	is_string(text)
} else := ""

block_traffic(block, mark) := {not_known} if {
	some name in ["service", "services", "protocol", "from_port", "to_port"]
	is_marked(object.get(mark, name, false))
} else := items_of_all(block.services) if {
	count(list_or_empty(object.get(block, "services", []))) > 0
} else := items_of(block.service) if {
	is_string(object.get(block, "service", null))
} else := {ported(block)} if {
	is_string(object.get(block, "protocol", null))
} else := {not_known}

items_of_all(texts) := {item |
	some text in texts
	some item in items_of(trim_space(text))
}

# A block's protocol and ports. Without a last port there is one.
ported(block) := {"protocol": protocol, "from": from, "to": to} if {
	protocol := protocol_of(block.protocol)
	protocol in {"tcp", "udp"}
	from := object.get(block, "from_port", null)
	is_number(from)
	to := last_port(block, from)
} else := {"protocol": protocol_of(block.protocol), "from": 0, "to": 65535}

last_port(block, _) := to if {
	to := object.get(block, "to_port", null)
	is_number(to)
} else := from if {
	from := block.from_port
}

block_peers(block, mark) := (known_peers(block) | unknown_peers(mark)) | {peer | block.self == true; peer := "self"}

known_peers(block) := {peer |
	some name in ["cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"]
	some peer in list_or_empty(object.get(block, name, []))
	is_string(peer)
}

# A group or a prefix list is no address: while it isn't known, what it opens to the world is nothing.
unknown_peers(mark) := {peer |
	some name in object.keys(peer_marks)
	is_marked(object.get(mark, name, false))
	peer := peer_marks[name]
}

peer_marks := {
	"cidr_blocks": "?",
	"ipv6_cidr_blocks": "?",
	"security_groups": "sg-?",
	"prefix_list_ids": "pl-?",
}

# ---- Lines of the short form: traffic, "from" or "to", peers, " # " and a description

line_parts(change) := {part |
	some direction in directions
	some part in lines(change, direction)
}

lines(change, direction) := {nothing_known(direction, concat("", [direction, "_rules, not known yet"]))} if {
	unknown(change, concat("", [direction, "_rules"])) == true
} else := known_lines(change, direction, concat("", [direction, "_rules"]))

known_lines(change, direction, name) := {part |
	labels := object.keys(object_or_empty(after(change, name))) | object.keys(object_or_empty(unknown(change, name)))
	some label in labels
	text := line_text(change, name, label)
	text != null
	part := line_part(direction, label, text)
}

line_text(change, name, label) := "?" if {
	object_or_empty(unknown(change, name))[label] == true
} else := object_or_empty(after(change, name))[label]

line_part(direction, label, text) := nothing_known(direction, concat("", ["the label ", label, " of ", direction, "_rules, not known yet"])) if {
	text == "?"
} else := read_line(direction, label, text, sides) if {
	sides := split(lower(split(text, " #")[0]), {"ingress": " from ", "egress": " to "}[direction])
	count(sides) == 2
} else := nothing_known(direction, concat("", ["the label ", label, " of ", direction, "_rules"]))

read_line(direction, label, text, sides) := {
	"direction": direction,
	"traffic": items_of_all(split(sides[0], ",")),
	"peers": {peer_of(trim_space(word)) | some word in split(sides[1], ",")},
	"description": line_description(text),
	"is_of_preset": false,
	"says": concat("", ["the label ", label, " of ", direction, "_rules"]),
}

line_description(text) := "" if {
	not contains(text, " #")
} else := trim_space(substring(text, indexof(text, " #") + 2, -1))

peer_of(word) := {"anywhere-ipv4": "0.0.0.0/0", "anywhere-ipv6": "::/0"}[word] if {
	word in {"anywhere-ipv4", "anywhere-ipv6"}
} else := word

# ---- Presets

preset_names(change) := {name | name := after(change, "preset"); is_string(name)} |
	{name | some name in list_or_empty(after(change, "presets"))}

preset_keys(change) := {key |
	some name in preset_names(change)
	some key in catalog.presets[name]
}

preset_parts(change) := (preset_rules(change) | other_presets(change)) | unknown_presets(change)

preset_rules(change) := {part |
	some key in preset_keys(change)
	words := split(key, " ")
	part := {
		"direction": words[0],
		"traffic": {traffic_of(words[1])},
		"peers": {words[3]},
		"description": "",
		"is_of_preset": true,
		"says": concat("", ["the preset's ", key]),
	}
}

other_presets(change) := {part |
	some name in preset_names(change)
	not catalog.presets[name]
	part := nothing_known("ingress", concat("", ["the preset ", name, ", which is not the catalog's"]))
}

unknown_presets(change) := {part |
	some name in ["preset", "presets"]
	is_marked(unknown(change, name))
	part := nothing_known("ingress", concat("", [name, ", not known yet"]))
}
