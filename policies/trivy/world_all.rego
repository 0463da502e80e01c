# METADATA
# title: All traffic, or nearly all ports, are open to the world
# description: Everything that listens can be reached from everywhere.
# scope: package
# custom:
#   id: CURATED-0003
#   avd_id: CURATED-0003
#   severity: CRITICAL
#   short_code: world-all
#   recommended_action: Name the ports that are needed.
#   input:
#     selector:
#       - type: json
package user.curated.world_all

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "world-all"
}
