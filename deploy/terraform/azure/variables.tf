variable "subscription_id" {
  description = "The subscription of the resource group."
  type        = string
}

variable "resource_group" {
  description = "The resource group of everything; it is there."
  type        = string
}

variable "archive_account" {
  description = "The storage account of the archive; it is made. At most 20 lower-case letters and digits."
  type        = string
}

variable "app" {
  description = "The function app; it is made."
  type        = string
}

variable "event_hub_namespace" {
  description = "The namespace of the hub that is archived; it is there, in the resource group."
  type        = string
}

variable "event_hub" {
  description = "The hub that is archived; it is there."
  type        = string
}

variable "retention_days" {
  description = "How long nobody may replace or delete what is archived."
  type        = number
  default     = 90
}

variable "retention_locked" {
  description = "Whether nobody may shorten that any more, ever."
  type        = bool
  default     = false
}

variable "settings" {
  description = "Further settings of docs/configuration.md, and AzureWebJobs.NAME.Disabled of functions."
  type        = map(string)
  default     = {}
}
