output "server_security_group_ids" {
  description = "The groups that the server wears."
  value = [
    curated_security_group.openvpn.id,
    curated_security_group.exodus.id,
    curated_security_group.administration.id,
  ]
}

output "internal_id" {
  description = "The id of the group that the services wear."
  value       = curated_security_group.internal.id
}
