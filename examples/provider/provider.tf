terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

# Credentials come from where the AWS CLI finds them, unless they are given here.
provider "curated" {
  region  = "eu-west-1"
  profile = "network"
}
