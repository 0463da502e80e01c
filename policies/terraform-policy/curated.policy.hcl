# Terraform Policy for security groups of the provider "curated": what rego/ judges, by `rules` alone.
#
#   tfpolicy validate policies/terraform-policy
#
# While `rules` isn't known, which is so while a peer isn't, Terraform evaluates these once it is. A
# group whose rules are shown as digests can't be judged here.

policy {
  required_providers {
    curated = {
      source  = "curated/curated"
      version = ">= 0.1"
    }
  }
}

resource_policy "curated_security_group" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_security_group")} lets everything out to the world."
  }
}

resource_policy "curated_security_group" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_security_group")} has rules without a description."
  }
}

resource_policy "curated_default_security_group" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_default_security_group")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_default_security_group")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_default_security_group")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_default_security_group")} lets everything out to the world."
  }

  enforce {
    condition     = core::length(local.keys) == 0
    error_message = "The default group of a VPC has rules."
  }
}

resource_policy "curated_default_security_group" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_default_security_group")} has rules without a description."
  }
}

resource_policy "curated_security_group_rules" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rules")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rules")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rules")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_security_group_rules")} lets everything out to the world."
  }
}

resource_policy "curated_security_group_rules" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rules")} has rules without a description."
  }
}

resource_policy "curated_security_group_rule" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rule")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rule")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rule")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_security_group_rule")} lets everything out to the world."
  }
}

resource_policy "curated_security_group_rule" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_security_group_rule")} has rules without a description."
  }
}

resource_policy "curated_vpc_security_group_ingress_rule" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_ingress_rule")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_ingress_rule")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_ingress_rule")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_vpc_security_group_ingress_rule")} lets everything out to the world."
  }
}

resource_policy "curated_vpc_security_group_ingress_rule" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_ingress_rule")} has rules without a description."
  }
}

resource_policy "curated_vpc_security_group_egress_rule" "rules" {
  locals {
    # Keys such as "ingress tcp/22 from 0.0.0.0/0". A block wider than /8, or /16 of IPv6, counts as the
    # world: several of them can be the world together.
    keys = core::keys(core::try(attrs.rules, {}))
    wide = [for key in local.keys : core::split(" ", key) if core::can(core::regex(" ([0-9.]+/[0-7]|[0-9a-f:]+/([0-9]|1[0-5]))$", key))]
    ingress = [for words in local.wide : {
      protocol = core::split("/", words[1])[0]
      first    = core::try(core::split("-", core::split("/", words[1])[1])[0] + 0, 0)
      last     = core::try(core::split("-", core::split("/", words[1])[1])[1] + 0, core::split("/", words[1])[1] + 0, 65535)
    } if words[0] == "ingress"]
    egress = [for words in local.wide : words[1] if words[0] == "egress"]
    admin  = [22, 23, 3389, 5985, 5986]
    data = [
      1433, 1434, 1521, 2049, 2379, 2380, 3306, 5432, 5601, 6379, 7199, 9042, 9092, 9160, 9200, 9300,
      11211, 27017, 27018,
    ]
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (rule.protocol == "tcp" && core::length([for port in local.admin : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_egress_rule")} lets the world in to a port of administration."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && core::length([for port in local.data : port if rule.first <= port && port <= rule.last]) > 0)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_egress_rule")} lets the world in to a port of data."
  }

  enforce {
    condition = core::length([
      for rule in local.ingress : rule if rule.protocol == "all" ||
      (core::contains(["tcp", "udp"], rule.protocol) && rule.last - rule.first + 1 > 65000)
    ]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_egress_rule")} lets the world in by all traffic, or nearly all ports."
  }

  enforce {
    condition     = !core::contains(local.egress, "all")
    error_message = "${core::try(meta.address, "curated_vpc_security_group_egress_rule")} lets everything out to the world."
  }
}

resource_policy "curated_vpc_security_group_egress_rule" "descriptions" {
  enforcement_level = "advisory"

  # Rules of presets have none: the group's own description says what they are for.
  filter = core::try(attrs.preset, null) == null && core::try(attrs.presets, null) == null

  enforce {
    condition     = core::length([for key, text in core::try(attrs.rules, {}) : key if core::try(text, "") == ""]) == 0
    error_message = "${core::try(meta.address, "curated_vpc_security_group_egress_rule")} has rules without a description."
  }
}
