# All rules of a group that have no owner, in the provider's region.
terraform import curated_security_group_rules.app sg-0123456789abcdef0

# In another region, before or after the id.
terraform import curated_security_group_rules.app us-east-1/sg-0123456789abcdef0
terraform import curated_security_group_rules.app sg-0123456789abcdef0@us-east-1

# Some rules of a group, by their ids.
terraform import curated_security_group_rules.app sg-0123456789abcdef0/sgr-0123456789abcdef0,sgr-0123456789abcdef1

# The rules of a group whose tag "curated:owner" has this value.
terraform import curated_security_group_rules.app sg-0123456789abcdef0/sgrules-0123456789abcdef

# With rules in the short form, or as presets that have exactly these rules.
terraform import curated_security_group_rules.app 'sg-0123456789abcdef0#short'
terraform import curated_security_group_rules.app 'sg-0123456789abcdef0#presets=http,https'
