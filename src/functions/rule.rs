//! The function `rule`: the parts of a rule, from its key.

use super::arguments;
use crate::rules::Traffic;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::{Type, Value};

pub(super) struct RuleParts(Signature);

impl RuleParts {
    pub(super) fn new() -> Self {
        let parts = Type::object([
            ("direction", Type::String),
            ("protocol", Type::String),
            ("from_port", Type::Number),
            ("to_port", Type::Number),
            ("peer", Type::String),
        ]);
        Self(Signature {
            summary: "Returns the parts of a rule, from its key in the attribute `rules`.",
            description: "An object of `direction`, `protocol`, `from_port`, `to_port` and `peer`, as \
                          EC2 has them: the protocol is `-1` for all, a name for tcp, udp, icmp and \
                          icmpv6, and a number for any other. The ports are null if the protocol has \
                          none; for ICMP they are type and code, with -1 for all.",
            parameters: vec![Parameter::new(
                "key",
                Type::String,
                "The key of a rule, such as `ingress tcp/443 from 0.0.0.0/0`.",
            )],
            variadic: None,
            returns: parts,
            deprecated: None,
        })
    }
}

impl Function for RuleParts {
    fn name(&self) -> &'static str {
        "rule"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let rule = arguments::rule(arguments, 0)?;
        let (protocol, from_port, to_port) = traffic(&rule.traffic);
        Ok(Value::object([
            ("direction", Value::from(rule.direction.name())),
            ("protocol", protocol),
            ("from_port", from_port),
            ("to_port", to_port),
            ("peer", rule.peer.to_string().into()),
        ]))
    }
}

/// Protocol, first port and last port in EC2's notation. The ports are null where the protocol has none.
pub(super) fn traffic(traffic: &Traffic) -> (Value, Value, Value) {
    let ports = traffic.ports();
    let from_port = ports.map(|(from, _)| i64::from(from));
    let to_port = ports.map(|(_, to)| i64::from(to));
    let protocol = traffic.protocol().into_owned();
    (protocol.into(), from_port.into(), to_port.into())
}
