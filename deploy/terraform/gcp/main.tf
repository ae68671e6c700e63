# An archive, a function that Pub/Sub pushes to, and a subscription of its own. docs/deploy-gcp.md explains each part.

data "google_project" "this" {}

locals {
  pubsub_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  apis = [
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "storage.googleapis.com",
  ]
}

resource "google_project_service" "api" {
  for_each           = toset(local.apis)
  service            = each.value
  disable_on_destroy = false
}

# The archive. The retention period keeps everyone from replacing or deleting objects.
resource "google_storage_bucket" "archive" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false

  retention_policy {
    retention_period = var.retention_days * 86400
    is_locked        = var.retention_locked
  }

  dynamic "encryption" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_project_service.api, google_kms_crypto_key_iam_member.storage]
}

# Three identities: one writes to the archive, one may call the function, and one builds it. None can do the work of another.
resource "google_service_account" "persistor" {
  account_id   = "persistor"
  display_name = "Persistor: writes to the archive"
  depends_on   = [google_project_service.api]
}

resource "google_service_account" "push" {
  account_id   = "persistor-push"
  display_name = "Persistor: Pub/Sub calls the function as this account"
  depends_on   = [google_project_service.api]
}

resource "google_service_account" "build" {
  account_id   = "persistor-build"
  display_name = "Persistor: Cloud Build builds the function as this account"
  depends_on   = [google_project_service.api]
}

# Creates and reads objects. It cannot replace or delete them.
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

# The function, from the folder that this command makes: mvn -B package -pl persistor-gcp -am -DskipTests
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
  depends_on                  = [google_project_service.api]
}

resource "google_storage_bucket_object" "deployment" {
  name   = "persistor-${data.archive_file.deployment.output_md5}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.deployment.output_path
}

resource "google_project_iam_member" "build" {
  for_each = toset(["roles/artifactregistry.writer", "roles/logging.logWriter"])
  project  = var.project
  role     = each.value
  member   = google_service_account.build.member
}

# The platform copies the source to a bucket of its own, which the build reads. The condition keeps the build out of the archive.
resource "google_project_iam_member" "build_reads" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = google_service_account.build.member
  condition {
    title      = "only the sources of functions"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${data.google_project.this.number}-${var.region}\")"
  }
}

resource "google_storage_bucket_iam_member" "build_reads" {
  bucket = google_storage_bucket.source.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.build.member
}

resource "google_cloudfunctions2_function" "persistor" {
  name     = "persistor"
  location = var.region

  build_config {
    runtime         = var.runtime
    entry_point     = "dev.persistor.gcp.PubSubPushEndpoint"
    service_account = google_service_account.build.id
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
    ingress_settings                 = "ALLOW_INTERNAL_ONLY"
    vpc_connector                    = var.vpc_connector
    vpc_connector_egress_settings    = var.vpc_connector == null ? null : "ALL_TRAFFIC"
    environment_variables = merge(
      {
        PERSISTOR_STORE          = "gs://${google_storage_bucket.archive.name}"
        PERSISTOR_RETRY_DEADLINE = "8s"
      },
      var.settings,
    )
  }

  # Without these roles the first build or the first messages fail.
  depends_on = [
    google_project_iam_member.build,
    google_project_iam_member.build_reads,
    google_storage_bucket_iam_member.build_reads,
    google_storage_bucket_iam_member.creates,
    google_storage_bucket_iam_member.reads,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "push_invokes" {
  name     = google_cloudfunctions2_function.persistor.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.push.member
}

# Messages that 100 deliveries did not store. An alert says when there are some.
resource "google_pubsub_topic" "dead" {
  name         = "${var.topic}-persistor-dead"
  kms_key_name = var.kms_key
  depends_on   = [google_project_service.api, google_kms_crypto_key_iam_member.pubsub]
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

# Persistor's own subscription. It keeps messages for 7 days, so an outage may last that long.
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
      service_account_email = google_service_account.push.email
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

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [google_cloud_run_v2_service_iam_member.push_invokes]
}

resource "google_pubsub_subscription_iam_member" "agent_subscribes" {
  subscription = google_pubsub_subscription.persistor.id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

# With a key of your own, the agents of Cloud Storage and Pub/Sub encrypt with it.
data "google_storage_project_service_account" "this" {}

resource "google_kms_crypto_key_iam_member" "storage" {
  count         = var.kms_key == null ? 0 : 1
  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = data.google_storage_project_service_account.this.member
}

resource "google_kms_crypto_key_iam_member" "pubsub" {
  count         = var.kms_key == null ? 0 : 1
  crypto_key_id = var.kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.pubsub_agent
}
