# METADATA
# title: Everything is let out to the world
# description: What is broken into can send data anywhere.
# scope: package
# custom:
#   id: CURATED-0004
#   avd_id: CURATED-0004
#   severity: LOW
#   short_code: open-egress
#   recommended_action: Name the ports and peers that are needed, or ignore this check where groups such as exodus are meant.
#   input:
#     selector:
#       - type: json
package user.curated.open_egress

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "open-egress"
}
