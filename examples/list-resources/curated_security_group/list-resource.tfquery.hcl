# terraform query -generate-config-out=generated.tf
list "curated_security_group" "clicked" {
  provider         = curated
  include_resource = true
  limit            = 500

  config {
    unmanaged = true

    filter {
      name   = "group-name"
      values = ["launch-wizard-*", "web*"]
    }
  }
}
