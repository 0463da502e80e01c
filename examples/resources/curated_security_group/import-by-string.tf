# By the group's id, in the provider's region.
import {
  to = curated_security_group.app
  id = "sg-0123456789abcdef0"
}

# By id in another region, before the id.
import {
  to = curated_security_group.app_in_the_us
  id = "us-east-1/sg-0123456789abcdef0"
}

# By name and VPC, in the provider's region.
import {
  to = curated_security_group.clicked_together
  id = "launch-wizard-7@vpc-0123456789abcdef0"
}

# By id in another region, after the id.
import {
  to = curated_security_group.app_far_away
  id = "sg-0123456789abcdef0@us-east-1"
}

# By name and VPC, in another region.
import {
  to = curated_security_group.clicked_together_far_away
  id = "launch-wizard-7@vpc-0123456789abcdef0@us-east-1"
}

# With rules in the short form.
import {
  to = curated_security_group.short
  id = "sg-0123456789abcdef0#short"
}

# As a preset that has exactly the rules of the group.
import {
  to = curated_security_group.http
  id = "sg-0123456789abcdef0#preset=http"
}
