# Every service of the category "database", with what it lets through.
data "curated_catalog" "databases" {
  search = "database"
}

output "databases" {
  value = { for service in data.curated_catalog.databases.services : service.name => service.traffic }
}
