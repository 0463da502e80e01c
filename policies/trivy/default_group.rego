# METADATA
# title: A VPC's default group has rules
# description: Whatever names no group gets the default one.
# scope: package
# custom:
#   id: CURATED-0005
#   avd_id: CURATED-0005
#   severity: MEDIUM
#   short_code: default-group
#   recommended_action: Leave the default group without rules.
#   input:
#     selector:
#       - type: json
package user.curated.default_group

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "default-group"
}
