# By the group's id, in the provider's region.
terraform import curated_security_group.app sg-0123456789abcdef0

# By region and id.
terraform import curated_security_group.app us-east-1/sg-0123456789abcdef0

# By name and VPC, in the provider's region.
terraform import curated_security_group.app launch-wizard-7@vpc-0123456789abcdef0
