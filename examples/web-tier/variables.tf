variable "region" {
  description = "The region. Default: the one that the AWS CLI would use."
  type        = string
  default     = null
}

variable "name" {
  description = "Prefix of the groups' names."
  type        = string
  default     = "web"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "Take up to 31 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  description = "The VPC. Default: the region's default VPC."
  type        = string
  default     = null
}

variable "vpc_cidr" {
  description = "The VPC's IPv4 block, such as 10.0.0.0/16."
  type        = string

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0)) && !endswith(var.vpc_cidr, "/0")
    error_message = "Give the VPC's own IPv4 block, such as 10.0.0.0/16."
  }
}

variable "app_port" {
  description = "The port on which the application listens."
  type        = number
  default     = 8080

  validation {
    condition     = var.app_port >= 1 && var.app_port <= 65535
    error_message = "A port is 1 to 65535."
  }
}

variable "database_port" {
  description = "The port on which the database listens, such as 5432 for PostgreSQL or 3306 for MySQL."
  type        = number
  default     = 5432

  validation {
    condition     = var.database_port >= 1 && var.database_port <= 65535
    error_message = "A port is 1 to 65535."
  }
}
