output "security_group_ids" {
  description = "The groups' ids, by region and preset."
  value = {
    for region in var.regions : region => {
      for preset in local.presets :
      preset => curated_security_group.collection["${region}/${preset}"].id
    }
  }
}
