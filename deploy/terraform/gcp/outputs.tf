output "store" {
  description = "The archive's address, as persistor's commands want it."
  value       = "gs://${google_storage_bucket.archive.name}"
}

output "service_account" {
  description = "Who writes to the archive."
  value       = google_service_account.persistor.email
}
