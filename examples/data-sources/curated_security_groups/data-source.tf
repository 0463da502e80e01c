# The groups that the console's launch wizard created in the provider's region.
data "curated_security_groups" "launch_wizard" {
  filter {
    name   = "group-name"
    values = ["launch-wizard-*"]
  }
}

output "launch_wizard" {
  value = { for id, group in data.curated_security_groups.launch_wizard.groups : id => keys(group.rules) }
}
