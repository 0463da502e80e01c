# All rules of a group that nobody owns, in the provider's region.
import {
  to = curated_security_group_rules.app
  id = "sg-0123456789abcdef0"
}

# By region and group.
import {
  to = curated_security_group_rules.app_in_the_us
  id = "us-east-1/sg-0123456789abcdef0"
}

# Some rules of a group, by their ids.
import {
  to = curated_security_group_rules.some
  id = "sg-0123456789abcdef0/sgr-0123456789abcdef0,sgr-0123456789abcdef1"
}

# In the short form.
import {
  to = curated_security_group_rules.short
  id = "sg-0123456789abcdef0#short"
}

# As presets.
import {
  to = curated_security_group_rules.presets
  id = "sg-0123456789abcdef0#presets=http,https"
}
