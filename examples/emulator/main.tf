# An AWS emulator on your machine, for tests. The provider only calls EC2 and STS: it accepts endpoints of
# other services, and doesn't use them.

terraform {
  required_version = ">= 0.13"

  required_providers {
    curated = {
      source  = "curated/curated"
      version = "~> 0.1"
    }
  }
}

provider "curated" {
  region     = "us-east-1"
  access_key = "test"
  secret_key = "test"

  endpoints {
    ec2 = var.emulator
    sts = var.emulator
  }
}

variable "emulator" {
  description = "The address of the emulator."
  type        = string
  default     = "http://localhost:4566"
}

resource "curated_security_group" "https" {
  preset = "https"
}
