# By the group's id, in the provider's region.
terraform import curated_security_group.app sg-0123456789abcdef0

# By name and VPC, in the provider's region.
terraform import curated_security_group.app launch-wizard-7@vpc-0123456789abcdef0

# Either, in another region, before or after the id or name.
terraform import curated_security_group.app us-east-1/sg-0123456789abcdef0
terraform import curated_security_group.app sg-0123456789abcdef0@us-east-1
terraform import curated_security_group.app launch-wizard-7@vpc-0123456789abcdef0@us-east-1

# With rules in the short form, or as a preset that has exactly the rules of the group.
terraform import curated_security_group.app 'sg-0123456789abcdef0#short'
terraform import curated_security_group.app 'sg-0123456789abcdef0#preset=http'
