# By the rule's id, in the provider's region.
import {
  to = curated_vpc_security_group_egress_rule.everything
  id = "sgr-0123456789abcdef0"
}

# In another region, before the id.
import {
  to = curated_vpc_security_group_egress_rule.everything_in_the_us
  id = "us-east-1/sgr-0123456789abcdef0"
}

# In another region, after the id.
import {
  to = curated_vpc_security_group_egress_rule.everything_far_away
  id = "sgr-0123456789abcdef0@us-east-1"
}
