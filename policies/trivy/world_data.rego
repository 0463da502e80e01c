# METADATA
# title: A port of data is open to the world
# description: A database, cache, search engine or message broker can be reached from everywhere.
# scope: package
# custom:
#   id: CURATED-0002
#   avd_id: CURATED-0002
#   severity: CRITICAL
#   short_code: world-data
#   recommended_action: Name the groups or addresses that need it.
#   input:
#     selector:
#       - type: json
package user.curated.world_data

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "world-data"
}
