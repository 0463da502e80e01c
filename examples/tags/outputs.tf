output "tags" {
  description = "All tags of each group, except those that are ignored."
  value = {
    https   = curated_security_group.https.tags_all
    metrics = curated_security_group.metrics.tags_all
  }
}
