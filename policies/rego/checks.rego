# What is wrong with the security groups of a plan: objects with `check`, `address` and `msg`.
package curated.checks

import data.curated.catalog
import data.curated.plan
import rego.v1

findings contains found("world-admin", entry, "lets the world in to a port of administration") if {
	some entry in plan.entries
	is_from_world(entry)
	is_port_of(entry.traffic, catalog.admin_ports)
}

findings contains found("world-data", entry, "lets the world in to a port of data") if {
	some entry in plan.entries
	is_from_world(entry)
	is_port_of(entry.traffic, catalog.data_ports)
}

findings contains found("world-all", entry, "lets the world in by all traffic, or nearly all ports") if {
	some entry in plan.entries
	is_from_world(entry)
	is_nearly_all(entry.traffic)
}

findings contains found("open-egress", entry, "lets everything out to the world") if {
	some entry in plan.entries
	entry.direction == "egress"
	is_wide(entry.peer)
	is_nearly_all(entry.traffic)
}

findings contains found("default-group", entry, "is a rule of a VPC's default group") if {
	some entry in plan.entries
	entry.type == "curated_default_security_group"
}

findings contains found("no-description", entry, "has no description") if {
	some entry in plan.entries
	not entry.is_of_preset
	trim_space(entry.description) == ""
}

findings contains {
	"check": "no-description",
	"address": change.address,
	"msg": concat("", [change.address, ": the group has no description of its own [no-description]"]),
} if {
	some change in plan.changes
	change.type == "curated_security_group"
	object.get(change.change.after, "description", null) == "Managed by Terraform"
}

# What can't be judged before an apply: it may turn out to be any of the above.
findings contains found("not-known", entry, "can't be judged before it is known") if {
	some entry in plan.entries
	is_open_question(entry)
}

# Peers that aren't known are blocks, since groups and prefix lists that aren't known are left out.
is_open_question(entry) if {
	entry.peer == "?"
}

is_open_question(entry) if {
	entry.traffic.protocol == "?"
	is_wide(entry.peer)
}

found(check, entry, what) := {
	"check": check,
	"address": entry.address,
	"msg": concat("", [entry.address, ": ", entry.says, " ", what, " [", check, "]"]),
}

# ---- The world

is_from_world(entry) if {
	entry.direction == "ingress"
	is_wide(entry.peer)
}

# The world, or more of it than anybody owns: several such blocks can be the world together. Private
# addresses are /8 at the widest.
is_wide(peer) if {
	contains(peer, "/")
	not contains(peer, ":")
	not startswith(peer, "sg-")
	[address, length] := split(peer, "/")
	contains(address, ".")
	to_number(length) < 8
}

is_wide(peer) if {
	contains(peer, ":")
	[_, length] := split(peer, "/")
	to_number(length) < 16
}

# ---- Traffic

is_port_of(traffic, _) if {
	traffic.protocol == "all"
}

is_port_of(traffic, ports) if {
	some range in ports[traffic.protocol]
	traffic.from <= range[1]
	range[0] <= traffic.to
}

is_nearly_all(traffic) if {
	traffic.protocol == "all"
}

is_nearly_all(traffic) if {
	traffic.protocol in {"tcp", "udp"}
	(traffic.to - traffic.from) + 1 > 65000
}
