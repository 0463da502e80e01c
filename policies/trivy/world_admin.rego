# METADATA
# title: A port of administration is open to the world
# description: SSH, Telnet, RDP or WinRM can be reached from everywhere.
# scope: package
# custom:
#   id: CURATED-0001
#   avd_id: CURATED-0001
#   severity: CRITICAL
#   short_code: world-admin
#   recommended_action: Name the addresses that need it, or use a bastion.
#   input:
#     selector:
#       - type: json
package user.curated.world_admin

import data.curated.checks
import rego.v1

deny contains result.new(finding.msg, {}) if {
	some finding in checks.findings
	finding.check == "world-admin"
}
