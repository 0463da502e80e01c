variable "name" {
  description = "Prefix of the groups' names."
  type        = string
}

variable "region" {
  description = "The region. Default: the provider's region."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC. Default: the region's default VPC."
  type        = string
  default     = null
}

variable "port" {
  description = "The port of the application."
  type        = number
  default     = 8080
}

variable "tags" {
  description = "Tags of the groups, in addition to the provider's default tags."
  type        = map(string)
  default     = {}
}
