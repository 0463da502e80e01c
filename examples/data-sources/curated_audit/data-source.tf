data "curated_audit" "severe" {
  severity = "high"
}

# Every plan and apply warns while there are such findings. The data source is outside of the check,
# because every apply would read it again there, and every plan would show a change.
check "security_groups" {
  assert {
    condition     = length(data.curated_audit.severe.findings) == 0
    error_message = join("\n", data.curated_audit.severe.findings[*].message)
  }
}

# Unused groups, with the commands that delete them.
data "curated_audit" "unused" {
  ids = ["unused", "unused-cycle"]
}

output "unused" {
  value = data.curated_audit.unused.findings[*].remediation
}
