data "curated_audit" "severe" {
  severity = "high"
}

# Every plan and apply warns while this finds anything. Inside of the check, the data source would be
# read anew by every apply, and no plan would be without changes.
check "security_groups" {
  assert {
    condition     = length(data.curated_audit.severe.findings) == 0
    error_message = join("\n", data.curated_audit.severe.findings[*].message)
  }
}

# What nothing uses, with the commands that delete it.
data "curated_audit" "unused" {
  ids = ["unused", "unused-cycle"]
}

output "unused" {
  value = data.curated_audit.unused.findings[*].remediation
}
