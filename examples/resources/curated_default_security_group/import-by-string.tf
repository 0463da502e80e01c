# By the VPC, in the provider's region.
import {
  to = curated_default_security_group.main
  id = "vpc-0123456789abcdef0"
}

# By the group's id, in the provider's region.
import {
  to = curated_default_security_group.of_group
  id = "sg-0123456789abcdef0"
}

# By the VPC in another region, before its id.
import {
  to = curated_default_security_group.far_away
  id = "us-east-1/vpc-0123456789abcdef0"
}

# By the group's id in another region, after the id.
import {
  to = curated_default_security_group.far_away_too
  id = "sg-0123456789abcdef0@us-east-1"
}

# With rules in the short form.
import {
  to = curated_default_security_group.short
  id = "vpc-0123456789abcdef0#short"
}
