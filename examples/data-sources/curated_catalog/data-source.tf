# Every service of the category "database", with its protocols and ports.
data "curated_catalog" "databases" {
  search = "database"
}

output "databases" {
  value = { for service in data.curated_catalog.databases.services : service.name => service.traffic }
}
