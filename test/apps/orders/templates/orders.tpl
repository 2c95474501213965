<h1>Orders</h1>
% for order in orders:
<p>{{name_of(order)}}</p>
% end
