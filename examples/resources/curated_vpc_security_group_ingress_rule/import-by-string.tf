# By the rule's id, in the provider's region.
import {
  to = curated_vpc_security_group_ingress_rule.https
  id = "sgr-0123456789abcdef0"
}

# In another region, before the id.
import {
  to = curated_vpc_security_group_ingress_rule.https_in_the_us
  id = "us-east-1/sgr-0123456789abcdef0"
}

# In another region, after the id.
import {
  to = curated_vpc_security_group_ingress_rule.https_far_away
  id = "sgr-0123456789abcdef0@us-east-1"
}
