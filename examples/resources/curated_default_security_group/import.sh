# By the VPC, in the provider's region.
terraform import curated_default_security_group.main vpc-0123456789abcdef0

# By the group's id, in the provider's region.
terraform import curated_default_security_group.main sg-0123456789abcdef0

# Either, in another region, before or after the id.
terraform import curated_default_security_group.main us-east-1/vpc-0123456789abcdef0
terraform import curated_default_security_group.main sg-0123456789abcdef0@us-east-1

# With rules in the short form.
terraform import curated_default_security_group.main vpc-0123456789abcdef0#short
