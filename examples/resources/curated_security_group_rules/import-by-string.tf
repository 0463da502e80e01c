# All rules of a group that have no owner, in the provider's region.
import {
  to = curated_security_group_rules.app
  id = "sg-0123456789abcdef0"
}

# In another region, before the group's id.
import {
  to = curated_security_group_rules.app_in_the_us
  id = "us-east-1/sg-0123456789abcdef0"
}

# In another region, after the group's id.
import {
  to = curated_security_group_rules.app_far_away
  id = "sg-0123456789abcdef0@us-east-1"
}

# Some rules of a group, by their ids.
import {
  to = curated_security_group_rules.some
  id = "sg-0123456789abcdef0/sgr-0123456789abcdef0,sgr-0123456789abcdef1"
}

# The rules of a group whose tag "curated:owner" has this value.
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
