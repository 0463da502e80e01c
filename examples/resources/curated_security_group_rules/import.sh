# All rules of a group that nobody owns, in the provider's region, and in another.
terraform import curated_security_group_rules.app sg-0123456789abcdef0
terraform import curated_security_group_rules.app us-east-1/sg-0123456789abcdef0

# Some rules of a group, by their ids.
terraform import curated_security_group_rules.app sg-0123456789abcdef0/sgr-0123456789abcdef0,sgr-0123456789abcdef1

# In the short form, or as presets.
terraform import curated_security_group_rules.app 'sg-0123456789abcdef0#short'
terraform import curated_security_group_rules.app 'sg-0123456789abcdef0#presets=http,https'
