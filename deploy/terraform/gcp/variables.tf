variable "project" {
  description = "The project."
  type        = string
}

variable "region" {
  description = "The region of everything."
  type        = string
  default     = "europe-west1"
}

variable "topic" {
  description = "The topic that is archived; it is there."
  type        = string
}

variable "bucket" {
  description = "The bucket that the archive goes to; it is made."
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

variable "deployment" {
  description = "The folder that the build makes."
  type        = string
  default     = "../../../persistor-gcp/target/deployment"
}

variable "settings" {
  description = "Further settings of docs/configuration.md."
  type        = map(string)
  default     = {}
}

variable "notification_channels" {
  description = "Who is told when messages wait."
  type        = list(string)
  default     = []
}
