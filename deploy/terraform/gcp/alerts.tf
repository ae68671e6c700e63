# Nothing is lost yet when one of these fires, but a person has to look.

resource "google_monitoring_alert_policy" "behind" {
  display_name          = "Persistor is behind on ${var.topic}"
  combiner              = "OR"
  notification_channels = var.notification_channels
  conditions {
    display_name = "The oldest message has waited for 10 minutes"
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
  documentation {
    content = "Messages of ${var.topic} wait in ${google_pubsub_subscription.persistor.name}. Read the log of the function persistor."
  }
}

resource "google_monitoring_alert_policy" "dead_letters" {
  display_name          = "Persistor gave up on messages of ${var.topic}"
  combiner              = "OR"
  notification_channels = var.notification_channels
  conditions {
    display_name = "Dead letters wait"
    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = \"${google_pubsub_subscription.dead.name}\"",
        "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
  documentation {
    content = "Messages in ${google_pubsub_subscription.dead.name} are not archived. They are kept for 31 days."
  }
}

# Compares what is published with what is written, so that a quiet topic raises no alert.
resource "google_monitoring_alert_policy" "silent" {
  display_name          = "Persistor writes nothing of ${var.topic}"
  combiner              = "OR"
  notification_channels = var.notification_channels
  conditions {
    display_name = "Messages are published, and no object is written for ${var.silent_minutes} minutes"
    condition_prometheus_query_language {
      query = join(" ", [
        "sum(increase(pubsub_googleapis_com:topic_send_request_count{monitored_resource=\"pubsub_topic\",topic_id=\"${var.topic}\"}[${var.silent_minutes}m])) > 0",
        "unless",
        "sum(increase(storage_googleapis_com:api_request_count{monitored_resource=\"gcs_bucket\",bucket_name=\"${google_storage_bucket.archive.name}\",method=\"WriteObject\",response_code=\"OK\"}[${var.silent_minutes}m])) > 0",
      ])
      duration            = "300s"
      evaluation_interval = "60s"
    }
  }
  documentation {
    content = "${var.topic} has messages, and ${google_storage_bucket.archive.name} gets no objects. Check the subscription and the function persistor."
  }
}
