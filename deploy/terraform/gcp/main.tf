# An archive, a function that is pushed to, and a subscription of its own; docs/deploy-gcp.md says why each is as it is.
terraform {
  required_version = ">= 1.5"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.0"
    }
    archive = {
      source  = "hashicorp/archive"
      version = ">= 2.4"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

data "google_project" "this" {}

locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

# The archive: nobody replaces or deletes what is in it before the retention is over.
resource "google_storage_bucket" "archive" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  retention_policy {
    retention_period = var.retention_days * 86400
    is_locked        = var.retention_locked
  }
}

# An identity with the least that suffices: it creates and reads, and neither replaces nor deletes.
resource "google_service_account" "persistor" {
  account_id   = "persistor"
  display_name = "Persistor"
}

resource "google_storage_bucket_iam_member" "creates" {
  bucket = google_storage_bucket.archive.name
  role   = "roles/storage.objectCreator"
  member = google_service_account.persistor.member
}

resource "google_storage_bucket_iam_member" "reads" {
  bucket = google_storage_bucket.archive.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.persistor.member
}

# The function, from the folder that the build makes: mvn -B package -pl persistor-gcp -am -DskipTests
data "archive_file" "deployment" {
  type        = "zip"
  source_dir  = var.deployment
  output_path = "${path.module}/.terraform/persistor.zip"
}

resource "google_storage_bucket" "source" {
  name                        = "${var.bucket}-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

resource "google_storage_bucket_object" "deployment" {
  name   = "persistor-${data.archive_file.deployment.output_md5}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.deployment.output_path
}

resource "google_cloudfunctions2_function" "persistor" {
  name     = "persistor"
  location = var.region

  build_config {
    runtime     = "java17"
    entry_point = "dev.persistor.gcp.PubSubPushEndpoint"
    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.deployment.name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.persistor.email
    available_memory                 = "512Mi"
    available_cpu                    = "1"
    max_instance_request_concurrency = 80
    timeout_seconds                  = 60
    environment_variables = merge(
      {
        PERSISTOR_STORE          = "gs://${google_storage_bucket.archive.name}"
        PERSISTOR_RETRY_DEADLINE = "8s"
      },
      var.settings,
    )
  }
}

resource "google_cloud_run_service_iam_member" "invokes" {
  location = var.region
  service  = google_cloudfunctions2_function.persistor.name
  role     = "roles/run.invoker"
  member   = google_service_account.persistor.member
}

# Messages that were delivered a hundred times in vain, for somebody to look at.
resource "google_pubsub_topic" "dead" {
  name = "${var.topic}-persistor-dead"
}

resource "google_pubsub_subscription" "dead" {
  name                       = "${var.topic}-persistor-dead"
  topic                      = google_pubsub_topic.dead.id
  message_retention_duration = "2678400s"
  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic_iam_member" "agent_publishes" {
  topic  = google_pubsub_topic.dead.id
  role   = "roles/pubsub.publisher"
  member = local.pubsub_agent
}

# A subscription of Persistor's own: how long it keeps messages is how long an outage may last.
resource "google_pubsub_subscription" "persistor" {
  name                       = "${var.topic}-persistor"
  topic                      = var.topic
  ack_deadline_seconds       = 60
  message_retention_duration = "604800s"
  expiration_policy {
    ttl = ""
  }
  push_config {
    push_endpoint = google_cloudfunctions2_function.persistor.service_config[0].uri
    oidc_token {
      service_account_email = google_service_account.persistor.email
    }
  }
  retry_policy {
    minimum_backoff = "1s"
    maximum_backoff = "600s"
  }
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = 100
  }
}

resource "google_pubsub_subscription_iam_member" "agent_subscribes" {
  subscription = google_pubsub_subscription.persistor.id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# Nothing is lost yet, and somebody should look.
resource "google_monitoring_alert_policy" "behind" {
  display_name          = "Persistor is behind on ${var.topic}"
  combiner              = "OR"
  notification_channels = var.notification_channels
  conditions {
    display_name = "The oldest message is not archived for ten minutes"
    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = \"${google_pubsub_subscription.persistor.name}\"",
        "metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 600
      duration        = "300s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}
