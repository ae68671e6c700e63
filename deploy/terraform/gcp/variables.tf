variable "project" {
  description = "The project's id."
  type        = string
}

variable "region" {
  description = "The region of all resources."
  type        = string
  default     = "europe-west1"
}

variable "topic" {
  description = "The name of the topic to archive. It must exist in the project."
  type        = string
}

variable "bucket" {
  description = "The name of the bucket for the archive. Terraform creates it."
  type        = string
}

variable "runtime" {
  description = "The function's Java runtime."
  type        = string
  default     = "java21"
  validation {
    condition     = contains(["java17", "java21"], var.runtime)
    error_message = "The runtime must be java17 or java21."
  }
}

variable "retention_days" {
  description = "For how many days archived objects cannot be replaced or deleted."
  type        = number
  default     = 90
  validation {
    condition     = var.retention_days >= 1
    error_message = "The retention must be 1 day or more."
  }
}

variable "retention_locked" {
  description = "Whether the retention period is locked. A locked period can never be shortened or removed, and the bucket cannot be deleted while it has objects."
  type        = bool
  default     = false
}

variable "kms_key" {
  description = "A key of Cloud KMS in the same region that encrypts the archive and the dead letters (projects/…/cryptoKeys/NAME). Null: Google's keys."
  type        = string
  default     = null
}

variable "vpc_connector" {
  description = "A Serverless VPC Access connector that all outgoing traffic takes, for Private Google Access or VPC Service Controls. Null: none."
  type        = string
  default     = null
}

variable "deployment" {
  description = "The folder that the build of persistor-gcp makes."
  type        = string
  default     = "../../../persistor-gcp/target/deployment"
}

variable "settings" {
  description = "Further settings of docs/configuration.md, by their names."
  type        = map(string)
  default     = {}
}

variable "silent_minutes" {
  description = "After how many minutes without a new object an alert fires while messages are published."
  type        = number
  default     = 30
}

variable "notification_channels" {
  description = "The notification channels of the alerts, by their full names."
  type        = list(string)
  default     = []
}
