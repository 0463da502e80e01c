variable "name" {
  description = "What the groups' names begin with."
  type        = string
}

variable "region" {
  description = "The region. Default: the provider's."
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
  description = "Tags of the groups, beside the provider's default tags."
  type        = map(string)
  default     = {}
}
