# For OPA and conftest: what is refused, and what can't be judged yet.
#
#   conftest test --policy policies/rego plan.json
#   opa eval --data policies/rego --input plan.json --format pretty data.main.deny
#
# Checks that aren't wanted: put their names into `skip`, in a file of JSON for `--data`:
# {"curated_policy": {"skip": ["open-egress", "no-description"]}}
package main

import data.curated.checks
import rego.v1

deny contains finding if {
	some finding in checks.findings
	finding.check != "not-known"
	not finding.check in skipped
}

warn contains finding if {
	some finding in checks.findings
	finding.check == "not-known"
	not finding.check in skipped
}

skipped := {check | some check in data.curated_policy.skip}
