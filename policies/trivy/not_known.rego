# METADATA
# title: A rule can't be judged before an apply
# description: A part of it that decides isn't known yet.
# scope: package
# custom:
#   id: CURATED-0007
#   avd_id: CURATED-0007
#   severity: LOW
#   short_code: not-known
#   recommended_action: Look at the plan again once it is known, or judge what it depends on.
#   input:
#     selector:
#       - type: json
package user.curated.not_known

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "not-known"
}
