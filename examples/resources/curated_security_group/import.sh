# By the group's id, in the provider's region.
terraform import curated_security_group.app sg-0123456789abcdef0
