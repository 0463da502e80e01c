# By the rule's id, in the provider's region.
import {
  to = curated_security_group_rule.https
  id = "sgr-0123456789abcdef0"
}

# In another region, before the id.
import {
  to = curated_security_group_rule.https_in_the_us
  id = "us-east-1/sgr-0123456789abcdef0"
}

# In another region, after the id.
import {
  to = curated_security_group_rule.https_far_away
  id = "sgr-0123456789abcdef0@us-east-1"
}

# In the AWS provider's form: group, type, protocol, ports, and all sources.
import {
  to = curated_security_group_rule.spelled_out
  id = "sg-0123456789abcdef0_ingress_tcp_443_443_10.0.0.0/8_192.168.0.0/16"
}
