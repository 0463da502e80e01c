# By the rule's id, in the provider's region.
terraform import curated_security_group_rule.https sgr-0123456789abcdef0

# In another region, before or after the id.
terraform import curated_security_group_rule.https us-east-1/sgr-0123456789abcdef0
terraform import curated_security_group_rule.https sgr-0123456789abcdef0@us-east-1

# In the AWS provider's form: group, type, protocol, ports, and all sources.
terraform import curated_security_group_rule.https sg-0123456789abcdef0_ingress_tcp_443_443_10.0.0.0/8_192.168.0.0/16
