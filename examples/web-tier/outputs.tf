output "security_group_ids" {
  description = "The groups' ids, by tier."
  value = {
    load_balancer = curated_security_group.load_balancer.id
    app           = curated_security_group.app.id
    database      = curated_security_group.database.id
  }
}
