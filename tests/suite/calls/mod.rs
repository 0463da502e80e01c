//! What a run costs in calls to EC2.

mod throttled;
