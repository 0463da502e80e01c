variable "region" {
  description = "The region. Default: the one that the AWS CLI would use."
  type        = string
  default     = null
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

variable "office_prefix_list_id" {
  description = "The id of a prefix list with the office's addresses, pl-…, which all groups can share."
  type        = string
  default     = null
}

variable "office_cidr_blocks" {
  description = "The office's addresses, if there is no prefix list."
  type        = set(string)
  default     = []

  validation {
    condition = alltrue([
      for block in var.office_cidr_blocks : can(cidrhost(block, 0)) && !endswith(block, "/0")
    ])
    error_message = "Give IPv4 blocks such as 203.0.113.0/24. The whole world isn't an office."
  }
}
