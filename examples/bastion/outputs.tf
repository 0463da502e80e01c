output "bastion_id" {
  description = "The id of the bastion's group."
  value       = curated_security_group.bastion.id
}

output "private_id" {
  description = "The id of the private hosts' group."
  value       = curated_security_group.private.id
}
