terraform {
  required_providers {
    curated = { source = "curated/curated" }
  }
}

# Credentials come from where the AWS CLI finds them, unless they are given here.
provider "curated" {
  region  = "eu-west-1"
  profile = "network"
}
