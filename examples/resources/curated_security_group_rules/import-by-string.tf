# All rules of a group that nobody owns, in the provider's region.
import {
  to = curated_security_group_rules.app
  id = "sg-0123456789abcdef0"
}

# By region and group, the region before.
import {
  to = curated_security_group_rules.app_in_the_us
  id = "us-east-1/sg-0123456789abcdef0"
}

# By group and region, the region behind.
import {
  to = curated_security_group_rules.app_far_away
  id = "sg-0123456789abcdef0@us-east-1"
}

# Some rules of a group, by their ids.
import {
  to = curated_security_group_rules.some
  id = "sg-0123456789abcdef0/sgr-0123456789abcdef0,sgr-0123456789abcdef1"
}

# The rules of a group that have this owner, as their tag "curated:owner" says it.
import {
  to = curated_security_group_rules.owned
  id = "sg-0123456789abcdef0/sgrules-0123456789abcdef"
}

# With rules in the short form.
import {
  to = curated_security_group_rules.short
  id = "sg-0123456789abcdef0#short"
}

# As presets that have exactly these rules.
import {
  to = curated_security_group_rules.presets
  id = "sg-0123456789abcdef0#presets=http,https"
}
