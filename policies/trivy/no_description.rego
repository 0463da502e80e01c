# METADATA
# title: A group or a rule has no description
# description: Nobody will know why it is there.
# scope: package
# custom:
#   id: CURATED-0006
#   avd_id: CURATED-0006
#   severity: LOW
#   short_code: no-description
#   recommended_action: Say it in the description.
#   input:
#     selector:
#       - type: json
package user.curated.no_description

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "no-description"
}
